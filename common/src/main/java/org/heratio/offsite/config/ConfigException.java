package org.heratio.offsite.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings that are refused, with everything that is wrong with them at once. The command ends with exit code 2. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    private final transient @Nullable Effective effective;

    public ConfigException(List<ConfigProblem> problems) {
        this(problems, null);
    }

    ConfigException(List<ConfigProblem> problems, @Nullable Effective effective) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
        this.effective = effective;
    }

    /** Returns what is in force beside the problems, as far as it was read; empty where nothing was. */
    public Optional<Effective> effective() {
        return Optional.ofNullable(effective);
    }

    /** Returns the problems in the order of the registry; never empty. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}

package org.heratio.offsite.config;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that are refused, with everything that is wrong with them at once. The command ends with exit code 2. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    public ConfigException(List<ConfigProblem> problems) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Returns the problems in the order of the registry; never empty. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}

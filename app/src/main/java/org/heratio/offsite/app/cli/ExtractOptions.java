package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.operations.restore.Extraction;
import org.heratio.offsite.operations.restore.MemberChoice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of {@code restore} that takes members out of a tarball. */
final class ExtractOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--extract",
            paramLabel = "<member>",
            description = {
                "only this file or directory of a tarball (.tar, .tar.gz, .tgz), with all below it; may be given several times."
                        + " * stands for any part of one name, and . for the whole tarball. They get into a new directory",
            })
    private List<String> members = List.of();

    /** Returns what is to be extracted; empty for the archive itself. */
    Optional<MemberChoice> choice() {
        if (members.stream().anyMatch(String::isBlank)) {
            throw new ParameterException(spec.commandLine(), "--extract is empty (hint: . is the whole tarball)");
        }
        return members.isEmpty() ? Optional.empty() : Optional.of(new MemberChoice(members));
    }

    /** Says what was extracted, and what was not. Returns the exit code. */
    static int report(Extraction.Result result, PrintStream out) {
        out.printf(
                "          %,d %s of the archive, which was read and checked to its end%n",
                result.members(), result.members() == 1 ? "member" : "members");
        if (!result.marked()) {
            Messages.warning("the tarball has no mark of its end: members that came last may be missing");
        }
        if (result.goesOnAt() >= 0) {
            Messages.warning("the tarball goes on at byte " + result.goesOnAt()
                    + ", behind the mark of its end: members there are not extracted");
        }
        for (String refused : result.refused()) {
            Messages.line("offsite: not extracted: " + refused);
        }
        long more = result.refusals() - result.refused().size();
        if (more > 0) {
            Messages.line("offsite: not extracted: " + more + " more");
        }
        boolean whole = result.marked() && result.goesOnAt() < 0;
        return result.refusals() == 0 && whole ? ExitCode.OK : ExitCode.FAILED;
    }
}

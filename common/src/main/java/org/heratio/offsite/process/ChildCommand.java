package org.heratio.offsite.process;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands that this process starts. They get the few variables that programs need to find their files, their language and an ssh agent:
 * settings, and with them secrets, can come from the environment, and whoever sees a child can read its own.
 */
public final class ChildCommand {
    private static final Set<String> INHERITED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "TMPDIR",
            "TERM",
            "TZ",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "LD_LIBRARY_PATH",
            "LD_PRELOAD",
            "NSS_WRAPPER_PASSWD",
            "NSS_WRAPPER_GROUP",
            "SSH_AUTH_SOCK",
            "KRB5CCNAME",
            "KRB5_CONFIG",
            "KRB5_KTNAME",
            "KRB5_CLIENT_KTNAME",
            "XDG_RUNTIME_DIR");

    private ChildCommand() {}

    /**
     * Returns the command, ready to start.
     *
     * @param variables what it gets beside the inherited ones, or instead of them
     */
    public static ProcessBuilder of(List<String> command, Map<String, String> variables) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // removed in place: what stays keeps its bytes, whatever the locale makes of them
        builder.environment().keySet().retainAll(INHERITED);
        builder.environment().putAll(variables);
        return builder;
    }
}

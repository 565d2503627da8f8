package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of ssh and rsync. */
final class SshCommand {
    private final RsyncConfig config;
    private final SharedConnection shared;

    SshCommand(RsyncConfig config, SharedConnection shared) {
        this.config = config;
        this.shared = shared;
    }

    /** ssh with all that it needs but the host. */
    List<String> options() {
        long seconds = config.timeout().toSeconds();
        List<String> args = new ArrayList<>(List.of("ssh", "-T", "-p", Integer.toString(config.port())));
        option(args, "BatchMode=yes");
        // a host is trusted when it is first seen and must stay the same from then on
        option(args, "StrictHostKeyChecking=accept-new");
        option(args, "UserKnownHostsFile=" + quotedForSsh(config.knownHosts()));
        option(args, "UpdateHostKeys=no");
        option(args, "LogLevel=ERROR");
        // what is sent is compressed or encrypted already, whatever the configuration of this user says
        option(args, "Compression=no");
        option(args, "ConnectTimeout=" + seconds);
        option(args, "ServerAliveInterval=" + Math.max(1, seconds / 3));
        option(args, "ServerAliveCountMax=3");
        shared.options().forEach(option -> option(args, option));
        option(args, "ForwardAgent=no");
        option(args, "ForwardX11=no");
        Path key = config.sshKey();
        if (key != null) {
            args.addAll(List.of("-i", key.toString()));
            option(args, "IdentitiesOnly=yes");
        }
        return args;
    }

    /** Runs {@code sh} there, which reads its script from standard input: so nothing passes through the login shell. */
    List<String> shell() {
        List<String> args = options();
        args.addAll(List.of("--", target(config.host()), "exec sh -s"));
        return args;
    }

    /** rsync with all that it needs but what to do. */
    List<String> rsync() {
        return rsync("--protect-args");
    }

    /** The same for an account whose rsync has to show its arguments to rrsync; no name of a copy may be among them. */
    List<String> rsyncAlone() {
        return rsync("--no-protect-args");
    }

    private List<String> rsync(String protection) {
        List<String> args = new ArrayList<>(List.of("rsync", protection));
        args.add("--timeout=" + config.timeout().toSeconds());
        // copies may be plain dumps: only the account and its group may read them, whatever the payload's own mode
        // is
        args.add("--chmod=F640");
        args.add("--rsh="
                + String.join(
                        " ", options().stream().map(SshCommand::quotedForRsync).toList()));
        args.addAll(config.extra());
        return args;
    }

    /** A path there, as an operand of rsync. */
    String operand(String path) {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return target(host) + ":" + path;
    }

    private String target(String host) {
        return config.user() == null ? host : config.user() + "@" + host;
    }

    private static void option(List<String> args, String option) {
        args.addAll(List.of("-o", option));
    }

    static String quotedForSsh(Path path) {
        return "\"" + path.toString().replace("%", "%%") + "\"";
    }

    /** rsync divides the value of --rsh at blanks by itself; a doubled quote inside quotes is one. */
    private static String quotedForRsync(String arg) {
        return "'" + arg.replace("'", "''") + "'";
    }
}

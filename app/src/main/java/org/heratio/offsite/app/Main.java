package org.heratio.offsite.app;

import org.heratio.offsite.app.cli.CommandLineFactory;

/** Starts the command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(CommandLineFactory.run(args));
    }
}

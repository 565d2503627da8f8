package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.text.Printable;

/** The words of {@code offsite init}: what was found, where the passphrase is, and what comes next. */
final class InitReport {
    private InitReport() {}

    static void finding(Finding finding) {
        GlobalOptions.out().printf("%-4s  %s%n", finding.level().word(), Printable.of(finding.text()));
        if (finding.hint() != null) {
            GlobalOptions.out().println("      HINT: " + Printable.of(finding.hint()));
        }
    }

    /** Shows a passphrase that was just generated. */
    static void passphrase(String generated, Path file) {
        GlobalOptions.out().println("passphrase        " + generated);
        GlobalOptions.out()
                .println("                  It is in " + Printable.of(file.toString())
                        + ", and shown only now. Without it, no copy can be opened:");
        GlobalOptions.out().println("                  keep it in a second place, away from this host.");
    }

    /**
     * Says what to do with the file.
     *
     * @param packaged the file that the units of the package read
     */
    static void next(Path file, Path packaged) throws IOException {
        String env = " --env-file " + Printable.of(file.toString());
        boolean ofPackage = file.equals(packaged);
        String as = ofPackage ? "sudo -u heratio-offsite " : "";
        GlobalOptions.out().println("written           " + Printable.of(file.toString()));
        if (ofPackage && !Files.getPosixFilePermissions(file).contains(PosixFilePermission.GROUP_READ)) {
            GlobalOptions.out()
                    .println("                  the service has to read it, and the files with secrets beside it:");
            GlobalOptions.out()
                    .println("                  sudo chgrp heratio-offsite " + file + " && sudo chmod 640 " + file);
        }
        GlobalOptions.out().println("next              " + as + "offsite doctor" + env);
        GlobalOptions.out().println("                  " + as + "offsite replicate" + env);
        GlobalOptions.out()
                .println("                  "
                        + (ofPackage ? "sudo systemctl enable --now heratio-offsite" : "offsite serve" + env));
    }
}

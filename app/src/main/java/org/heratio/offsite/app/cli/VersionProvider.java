package org.heratio.offsite.app.cli;

import org.heratio.offsite.app.run.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** The version, the commit and its date in one line. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        BuildInfo build = BuildInfo.read();
        return new String[] {"offsite " + build.version() + " (commit " + build.commit() + ", " + build.date() + ")"};
    }
}

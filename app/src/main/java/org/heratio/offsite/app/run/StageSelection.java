package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which stages a process runs. Written as {@code watcher,encryptor,uploader:s3,verifier,dashboard}; an uploader without a driver is
 * that of all destinations.
 *
 * @param uploaders the destinations whose uploader runs here
 * @param dashboard whether the operators' page was asked for; no work needs it
 */
public record StageSelection(
        boolean watcher, boolean encryptor, Set<String> uploaders, boolean verifier, boolean dashboard) {
    public StageSelection {
        uploaders = Set.copyOf(uploaders);
    }

    /** Stages that work, without the page. */
    public StageSelection(boolean watcher, boolean encryptor, Set<String> uploaders, boolean verifier) {
        this(watcher, encryptor, uploaders, verifier, false);
    }

    /** The whole pipeline. */
    public static StageSelection all(List<String> drivers) {
        return new StageSelection(true, true, Set.copyOf(drivers), true);
    }

    /** Returns whether it has the same stages that work. */
    public boolean works(StageSelection other) {
        return withDashboard(false).equals(other.withDashboard(false));
    }

    /** Returns the same with the page, or without it. */
    public StageSelection withDashboard(boolean wanted) {
        return new StageSelection(watcher, encryptor, uploaders, verifier, wanted);
    }

    /** Returns whether nothing but the page runs. */
    boolean isDashboardAlone() {
        return equals(new StageSelection(false, false, Set.of(), false, true));
    }

    /**
     * Parses a list like {@code watcher,uploader:s3}.
     *
     * @param drivers the configured destinations
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static StageSelection parse(String list, List<String> drivers) {
        boolean watcher = false;
        boolean encryptor = false;
        boolean verifier = false;
        boolean dashboard = false;
        Set<String> uploaders = new LinkedHashSet<>();
        List<String> wrong = new ArrayList<>();
        for (String item : list.split(",", -1)) {
            String stage = item.strip();
            if (stage.equals("watcher")) {
                watcher = true;
            } else if (stage.equals("encryptor")) {
                encryptor = true;
            } else if (stage.equals("verifier")) {
                verifier = true;
            } else if (stage.equals("dashboard")) {
                dashboard = true;
            } else if (stage.equals("uploader")) {
                uploaders.addAll(drivers);
            } else if (stage.startsWith("uploader:") && drivers.contains(stage.substring("uploader:".length()))) {
                uploaders.add(stage.substring("uploader:".length()));
            } else {
                wrong.add("'" + stage + "'");
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("no such stage: " + String.join(", ", wrong)
                    + "; there are watcher, encryptor, uploader (or uploader:<driver> with one of " + drivers
                    + " from BACKUP_OFFSITE_DRIVER), verifier and dashboard");
        }
        return new StageSelection(watcher, encryptor, uploaders, verifier, dashboard);
    }

    /** The parts as words, for logs. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        if (watcher) {
            names.add("watcher");
        }
        if (encryptor) {
            names.add("encryptor");
        }
        uploaders.stream().sorted().forEach(driver -> names.add("uploader:" + driver));
        if (verifier) {
            names.add("verifier");
        }
        if (dashboard) {
            names.add("dashboard");
        }
        return names;
    }
}

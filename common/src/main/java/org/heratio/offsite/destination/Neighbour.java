package org.heratio.offsite.destination;

/** Another installation that ships to a destination, and what it is to this one. */
public record Neighbour(Installation other, Kind kind) {
    /** What it is. */
    public enum Kind {
        /** It ships other archives. */
        STRANGER,
        /** It ships the same backup directory. */
        SAME_DIRECTORY,
        /** It seems to be this one, with a ledger that it has lost. */
        LOST_LEDGER
    }

    /**
     * Compares two installations.
     *
     * @param holdsCopies whether the ledger of {@code self} has a copy at the destination
     */
    public static Neighbour of(Installation other, Installation self, boolean holdsCopies) {
        boolean sameDirectory = !self.backups().isEmpty() && self.backups().equals(other.backups());
        // an older announcement says nothing of its directory
        boolean sameHost = !self.host().isEmpty()
                && self.host().equals(other.host())
                && (sameDirectory || other.backups().isEmpty());
        Kind kind = sameHost && !holdsCopies ? Kind.LOST_LEDGER : sameDirectory ? Kind.SAME_DIRECTORY : Kind.STRANGER;
        return new Neighbour(other, kind);
    }

    /** Returns what is said of it, as the beginning of a sentence. */
    public String text() {
        return switch (kind) {
            case STRANGER -> "another installation, " + other.shown() + ", ships there too";
            case SAME_DIRECTORY ->
                "another installation, " + other.shown() + ", ships the same backup directory there too";
            case LOST_LEDGER ->
                "another installation, " + other.shown()
                        + ", has shipped there from this host, and the ledger here is empty: an older ledger may be lost";
        };
    }

    /**
     * Returns what to do about it.
     *
     * @param destination at which it is
     */
    public String hint(Destination destination) {
        String ended = "if that one no longer exists, delete " + destination.remotePath(other.file());
        return switch (kind) {
            case STRANGER -> "give each installation a directory or prefix of its own; " + ended;
            case SAME_DIRECTORY ->
                "stop one of the two, or give both one ledger: each archive is stored twice; " + ended;
            case LOST_LEDGER ->
                "put the older ledger back, or name it by BACKUP_OFFSITE_STATE_DIR, BACKUP_OFFSITE_LEDGER_URL or DB_DATABASE; "
                        + ended;
        };
    }
}

package org.heratio.offsite.destination;

/** Another installation that ships to a destination, compared with this one. */
public record Neighbour(Installation other, Kind kind) {
    /** The relation to this installation, as far as the announcements tell. */
    public enum Kind {
        /** It ships other archives. */
        STRANGER,
        /** It seems to ship the same backup directory. */
        SAME_DIRECTORY,
        /** It was announced by this host, and its directory is not known. The ledger here is empty. */
        SAME_HOST,
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
        if (sameHost && !holdsCopies) {
            return new Neighbour(other, sameDirectory ? Kind.LOST_LEDGER : Kind.SAME_HOST);
        }
        return new Neighbour(other, sameDirectory ? Kind.SAME_DIRECTORY : Kind.STRANGER);
    }

    /** Returns a description for messages, as the beginning of a sentence. */
    public String text() {
        return switch (kind) {
            case STRANGER -> "another installation, " + other.shown() + ", ships there too";
            case SAME_DIRECTORY ->
                "another installation, " + other.shown() + ", seems to ship the same backup directory there too";
            case SAME_HOST ->
                "another installation, " + other.shown()
                        + ", has shipped there from a host of this name, and the ledger here is empty: an older ledger may be lost";
            case LOST_LEDGER ->
                "another installation, " + other.shown()
                        + ", seems to have shipped the same backup directory there, and the ledger here is empty: an older ledger may"
                        + " be lost";
        };
    }

    /**
     * Returns the hint that goes with the text.
     *
     * @param destination at which it is
     */
    public String hint(Destination destination) {
        String ended = "if that one no longer exists, delete " + destination.remotePath(other.file());
        return switch (kind) {
            case STRANGER -> "give each installation a directory or prefix of its own; " + ended;
            case SAME_DIRECTORY ->
                "if it does, stop one of the two, or give both one ledger: each archive is stored twice; " + ended;
            case SAME_HOST, LOST_LEDGER ->
                "if it was this one, put the older ledger back, or name it by BACKUP_OFFSITE_STATE_DIR, BACKUP_OFFSITE_LEDGER_URL or DB_DATABASE; "
                        + ended;
        };
    }
}

package org.heratio.offsite.archive.gate;

/** The treatment of incomplete archives ({@code BACKUP_OFFSITE_COMPLETENESS}). */
public enum CompletenessMode {
    /** It is held: failed with the reason, and not shipped unless forced. */
    HOLD,
    /** It is shipped, with a warning. */
    WARN,
    /** Nobody looks. */
    OFF
}

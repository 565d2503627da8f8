package org.heratio.offsite.dashboard.login;

/**
 * A person or program that has logged in.
 *
 * @param name for the journal
 */
public record User(String name, Role role) {
    /** What a user may do. The names are in cookies. */
    public enum Role {
        ADMIN,
        /** May look, and do nothing. */
        READ_ONLY
    }

    /** Returns the name as the journal has it: it was no command. */
    public String actor() {
        return name + "@page";
    }

    boolean may(Role needed) {
        return role == Role.ADMIN || role == needed;
    }
}

package org.heratio.offsite.dashboard.login;

/**
 * A person or program that has logged in.
 *
 * @param name for the journal
 */
public record User(String name, Role role) {
    /** The rights of a user. Cookies contain the names. */
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

package org.heratio.offsite.stage;

/**
 * The version and the copy that an event is about.
 *
 * @param versionId 0 where there is none
 * @param copyId 0 where there is none
 */
public record Subject(long versionId, long copyId) {
    public static final Subject NONE = new Subject(0, 0);

    public static Subject version(long id) {
        return new Subject(id, 0);
    }

    public static Subject copy(long id) {
        return new Subject(0, id);
    }
}

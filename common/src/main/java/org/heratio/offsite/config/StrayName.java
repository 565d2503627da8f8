package org.heratio.offsite.config;

import java.util.Locale;
import java.util.Set;

/**
 * A name that is no setting, but was meant for one.
 *
 * @param hint which setting may be meant
 */
record StrayName(String name, Origin origin, String hint) {
    /** @param names the settings that there are */
    static StrayName of(String name, Origin origin, Set<String> names) {
        String hint = Closest.to(name.toUpperCase(Locale.ROOT), names)
                .map(near -> "did you mean " + near + "?")
                .orElse("see offsite config for the names there are");
        return new StrayName(name, origin, hint);
    }

    /** Returns the refusal of a name that always changes something. */
    ConfigProblem problem() {
        return new ConfigProblem(what(), hint);
    }

    /** Returns the refusal of a name about encryption where no passphrase is set. */
    ConfigProblem unencrypted() {
        return new ConfigProblem(
                what() + ", and archives would be shipped unencrypted",
                hint + " Take the name out if they are to be shipped so");
    }

    /** Returns the warning of a name that changes nothing. */
    String ignored() {
        return what() + " of offsite and is ignored (hint: " + hint + ")";
    }

    private String what() {
        return name + " (" + origin + ") is not a setting";
    }
}

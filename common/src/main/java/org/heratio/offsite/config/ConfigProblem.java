package org.heratio.offsite.config;

/**
 * One thing that is wrong with the settings.
 *
 * @param text what is wrong with which setting, from where; without a secret in it
 * @param hint what to do about it
 */
public record ConfigProblem(String text, String hint) {
    @Override
    public String toString() {
        return text + "\n  hint: " + hint;
    }
}

package org.heratio.offsite.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts that were given, each with its origin, and what paths and defaults count from. Settings are made from it, and made again
 * when something is laid over it.
 *
 * @param types of destinations, in the order of documents
 * @param given settings that are not given have their default
 * @param base what relative paths count from
 * @param home the user's home directory, for {@code ~/}, or null
 * @param stateDir where the state lies when nothing says so
 * @param noPassphrase whether somebody said that there is none, which is more than that nobody said that there is one
 * @param aboutEncryption names that were meant for a passphrase; refused where there is none
 * @param askedHeratio whether Heratio's database has been asked for what nothing else sets
 * @param warnings what was odd about the places the texts came from
 */
record SettingValues(
        List<DestinationType> types,
        Map<Setting, Given> given,
        Path base,
        @Nullable Path home,
        Path stateDir,
        boolean noPassphrase,
        List<StrayName> aboutEncryption,
        boolean askedHeratio,
        List<String> warnings) {

    /** A text and where it came from. */
    record Given(String text, Origin origin) {
        @Override
        public String toString() {
            return origin.toString();
        }
    }

    SettingValues {
        types = List.copyOf(types);
        EnumMap<Setting, Given> copy = new EnumMap<>(Setting.class);
        copy.putAll(given);
        given = Collections.unmodifiableMap(copy);
        aboutEncryption = List.copyOf(aboutEncryption);
        warnings = List.copyOf(warnings);
    }

    /** The same with texts over its own. An empty one (where that is no value) takes back what was given. */
    SettingValues with(Map<Setting, String> texts, Origin origin) {
        EnumMap<Setting, Given> all = new EnumMap<>(Setting.class);
        all.putAll(given);
        texts.forEach((setting, text) -> {
            if (text.isEmpty() && !setting.emptyCounts()) {
                all.remove(setting);
            } else {
                all.put(setting, new Given(text, origin));
            }
        });
        String passphrase = texts.get(Setting.BACKUP_ENCRYPTION_PASSPHRASE);
        return new SettingValues(
                types,
                all,
                base,
                home,
                stateDir,
                passphrase == null ? noPassphrase : passphrase.isEmpty(),
                aboutEncryption,
                askedHeratio || origin.equals(Origin.AHG_SETTINGS),
                warnings);
    }

    /** Returns the names of the drivers that there are. */
    List<String> knownDrivers() {
        return types.stream().map(DestinationType::name).toList();
    }

    Origin origin(Setting setting) {
        Given value = given.get(setting);
        return value == null ? Origin.DEFAULT : value.origin();
    }
}

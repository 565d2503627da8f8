package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the settings of notifications. The URLs are secrets: who knows one can write there. */
final class NotifyFactory {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final SettingsReader read;
    private final List<String> warnings;
    private final List<String> advice;

    NotifyFactory(SettingsReader read, List<String> warnings, List<String> advice) {
        this.read = read;
        this.warnings = warnings;
        this.advice = advice;
    }

    /**
     * @param repeat null for never
     * @param summary null for never
     */
    Settings.Notifications notifications(@Nullable Duration repeat, @Nullable String summary) {
        return new Settings.Notifications(
                webhook(),
                new MailFactory(read, advice).mail(),
                ping(),
                DestinationReader.file(read, BACKUP_OFFSITE_NOTIFY_CA_FILE, warnings),
                repeat,
                summary);
    }

    private Settings.Notifications.@Nullable Webhook webhook() {
        Secret url = url(BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL);
        List<WebhookKey> keys = read.optional(BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET, NotifyFactory::keys);
        if (url != null && keys != null) {
            return new Settings.Notifications.Webhook(url, keys);
        }
        if (url != null && !read.given(BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET)) {
            read.missing(
                    BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET,
                    "a webhook is signed",
                    "set it to whsec_ and the Base64 of 24 to 64 random bytes, and give it to the receiver");
        } else if (keys != null && !read.given(BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL)) {
            read.missing(BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL, "there is a key for it", "set it, or take the key out");
        }
        return null;
    }

    private Settings.Notifications.@Nullable Ping ping() {
        Secret url = url(BACKUP_OFFSITE_NOTIFY_PING_URL);
        Duration interval =
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_NOTIFY_PING_INTERVAL, Duration.ofSeconds(15)));
        return url == null ? null : new Settings.Notifications.Ping(url, interval);
    }

    private @Nullable Secret url(Setting setting) {
        URI url = read.optional(setting, text -> {
            URI uri = Parse.url(text.strip(), SCHEMES);
            if (uri.getRawUserInfo() != null) {
                throw new BadValueException(
                        "has a user in it, which is not sent", "take it out; a token may be in the path or the query");
            }
            return uri;
        });
        if (url != null && ClearText.leavesThisHost(url)) {
            advice.add(setting + ": notifications go to another host unencrypted (hint: write https://)");
        }
        return url == null ? null : new Secret(url.toString());
    }

    private static List<WebhookKey> keys(String text) throws BadValueException {
        List<WebhookKey> keys = new ArrayList<>();
        for (String key : text.strip().split("\\s+", -1)) {
            keys.add(WebhookKey.parse(key));
        }
        return keys;
    }
}

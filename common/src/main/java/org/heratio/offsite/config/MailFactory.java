package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the settings of mail. */
final class MailFactory {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    /** Without quotes, comments and letters beyond ASCII: no name of a mailbox that is in use needs them. */
    private static final Pattern ADDRESS = Pattern.compile("(?=[^@]{1,64}@.{1,255}$)WORD(\\.WORD)*@LABEL(\\.LABEL)*"
            .replace("WORD", "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")
            .replace("LABEL", "[A-Za-z0-9-]+"));

    private final SettingsReader read;
    private final List<String> advice;

    MailFactory(SettingsReader read, List<String> advice) {
        this.read = read;
        this.advice = advice;
    }

    @Nullable
    MailSettings mail() {
        MailSettings.Tls tls = read.constant(BACKUP_OFFSITE_NOTIFY_MAIL_TLS, MailSettings.Tls.values());
        int port = read.value(BACKUP_OFFSITE_NOTIFY_MAIL_PORT, Integer.toString(tls.port()), Parse::port);
        String host = read.optional(BACKUP_OFFSITE_NOTIFY_MAIL_HOST, MailFactory::host);
        String from = read.optional(BACKUP_OFFSITE_NOTIFY_MAIL_FROM, MailFactory::address);
        List<String> to = Objects.requireNonNullElse(
                read.optional(BACKUP_OFFSITE_NOTIFY_MAIL_TO, MailFactory::addresses), List.of());
        String user = read.optionalText(BACKUP_OFFSITE_NOTIFY_MAIL_USER);
        Secret password = read.secret(BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD);
        if (!isComplete() || host == null || from == null || to.isEmpty()) {
            return null;
        }
        if (tls == MailSettings.Tls.NONE && ClearText.isOther(host)) {
            advice.add(BACKUP_OFFSITE_NOTIFY_MAIL_TLS + ": notifications go to another host unencrypted"
                    + (password == null ? "" : ", and so does the password") + " (hint: write starttls or tls)");
        }
        return new MailSettings(host, port, tls, from, to, user, password);
    }

    /** Notes what is missing beside what is there. */
    private boolean isComplete() {
        List<Setting> needed = List.of(
                BACKUP_OFFSITE_NOTIFY_MAIL_HOST, BACKUP_OFFSITE_NOTIFY_MAIL_FROM, BACKUP_OFFSITE_NOTIFY_MAIL_TO);
        List<Setting> login = List.of(BACKUP_OFFSITE_NOTIFY_MAIL_USER, BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD);
        boolean complete = true;
        if (Stream.concat(needed.stream(), login.stream()).anyMatch(read::given)) {
            complete = all(needed, "mail needs a server, a sender and somebody who gets it");
        }
        if (login.stream().anyMatch(read::given)) {
            complete &= all(login, "a login needs a user and a password");
        }
        return complete;
    }

    private boolean all(List<Setting> settings, String why) {
        List<Setting> missing =
                settings.stream().filter(setting -> !read.given(setting)).toList();
        missing.forEach(setting -> read.missing(setting, why, "set it, or take out the others of its kind"));
        return missing.isEmpty();
    }

    private static String host(String text) throws BadValueException {
        if (!HOST.matcher(text).matches()) {
            throw new BadValueException(
                    Parse.quoted(text) + " is no host",
                    "write a name or an IP address, and the port into BACKUP_OFFSITE_NOTIFY_MAIL_PORT");
        }
        return text;
    }

    private static List<String> addresses(String text) throws BadValueException {
        List<String> addresses = new ArrayList<>();
        for (String address : Parse.list(text)) {
            addresses.add(address(address));
        }
        if (addresses.isEmpty()) {
            throw new BadValueException("names no address", "write addresses with commas between them");
        }
        return addresses;
    }

    private static String address(String text) throws BadValueException {
        if (!ADDRESS.matcher(text).matches()) {
            throw new BadValueException(
                    Parse.quoted(text) + " is no e-mail address", "write it without a name, like ops@example.org");
        }
        return text;
    }
}

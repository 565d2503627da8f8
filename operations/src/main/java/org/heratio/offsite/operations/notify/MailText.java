package org.heratio.offsite.operations.notify;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.heratio.offsite.config.MailSettings;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** A message as a mail of plain text. Nothing of it can begin a header or a line of its own. */
final class MailText extends MimeMessage {
    private static final int LONGEST_SUBJECT = 300;

    private final String mailId;

    private MailText(Session session, String mailId) {
        super(session);
        this.mailId = mailId;
    }

    /**
     * Returns the mail.
     *
     * @param id the same for each attempt, and so are all headers
     * @param body the JSON of a {@link org.heratio.offsite.operations.notify.Message}
     */
    static MailText of(Session session, MailSettings settings, String id, String body) throws MessagingException {
        Map<String, @Nullable Object> message = Json.read(body);
        if (!(message.get("data") instanceof Map<?, ?> data)) {
            throw new IllegalArgumentException("a message without data");
        }
        String domain = settings.from().substring(settings.from().indexOf('@') + 1);
        MailText mail = new MailText(session, "<" + id.replaceAll("[^A-Za-z0-9_.-]", "_") + "@" + domain + ">");
        try {
            mail.setFrom(new InternetAddress(settings.from(), "Heratio Offsite", StandardCharsets.UTF_8.name()));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("each Java has UTF-8", e);
        }
        for (String to : settings.to()) {
            mail.addRecipient(RecipientType.TO, new InternetAddress(to));
        }
        mail.setSubject(subject(String.valueOf(data.get("title"))), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(Instant.parse(String.valueOf(message.get("timestamp")))));
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setText(text(data, id), StandardCharsets.UTF_8.name());
        mail.saveChanges();
        return mail;
    }

    private static String subject(String title) {
        String line = Printable.of(title);
        return line.codePointCount(0, line.length()) <= LONGEST_SUBJECT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_SUBJECT)) + "…";
    }

    private static String text(Map<?, ?> data, String id) {
        StringBuilder text = new StringBuilder();
        text.append(data.get("text")).append("\n\n");
        data.forEach((key, value) -> {
            if (value != null && !key.equals("title") && !key.equals("text")) {
                text.append(key).append(": ").append(Printable.of(value.toString()));
                text.append('\n');
            }
        });
        return text.append("message: ").append(Printable.of(id)).append('\n').toString();
    }

    /** Keeps the id: a reader drops what comes twice. */
    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", mailId);
    }
}

package org.heratio.offsite.operations.notify;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;
import org.heratio.offsite.config.MailSettings;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages by e-mail, each through a connection of its own. The whole of it has one limit of time: a server that says one byte at a
 * time, or a port that waits for TLS, would hold the notifier for ever.
 */
final class MailChannel implements Channel {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final MailSettings settings;
    private final @Nullable Path caFile;
    private final Duration limit;

    /** @param caFile certificates to trust instead of the system's; null for the system's */
    MailChannel(MailSettings settings, @Nullable Path caFile, Duration limit) {
        this.settings = settings;
        this.caFile = caFile;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void send(String id, String body) throws DeliveryException, InterruptedException {
        SmtpDelivery delivery = delivery(id, body);
        FutureTask<Void> task = new FutureTask<>(delivery);
        Thread thread = new Thread(task, "notifier-mail");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new DeliveryException("no answer in " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DeliveryException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            delivery.close();
        }
    }

    private SmtpDelivery delivery(String id, String body) throws DeliveryException {
        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        if (caFile != null) {
            tls = TrustedCertificates.only(caFile).getSocketFactory();
        }
        Session session = session(tls);
        try {
            return new SmtpDelivery(settings, tls, session, MailText.of(session, settings, id, body));
        } catch (MessagingException e) {
            throw new IllegalArgumentException("a message that is no mail", e);
        }
    }

    private Session session(SSLSocketFactory tls) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", settings.host());
        properties.setProperty("mail.smtp.from", settings.from());
        boolean starttls = settings.tls() == MailSettings.Tls.STARTTLS;
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(starttls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(starttls));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.socketFactory", tls);
        properties.setProperty("mail.smtp.auth", Boolean.toString(settings.user() != null));
        properties.setProperty("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        // whoever can get the message gets it
        properties.setProperty("mail.smtp.sendpartial", "true");
        properties.setProperty("mail.smtp.quitwait", "false");
        return Session.getInstance(properties);
    }
}

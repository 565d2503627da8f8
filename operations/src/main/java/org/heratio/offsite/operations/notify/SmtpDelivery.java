package org.heratio.offsite.operations.notify;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.heratio.offsite.config.MailSettings;
import org.jspecify.annotations.Nullable;

/** One mail and its connection. Another thread ends it by {@link #close}, whatever it waits for but names. */
final class SmtpDelivery implements Callable<@Nullable Void>, AutoCloseable {
    /** What a server may say about one mail. Its certificates are the most of it. */
    private static final int MOST_KIB = 256;

    private final MailSettings settings;
    private final SSLSocketFactory tls;
    private final Session session;
    private final MailText mail;
    private final BoundedSocket socket = new BoundedSocket(MOST_KIB * 1024);

    SmtpDelivery(MailSettings settings, SSLSocketFactory tls, Session session, MailText mail) {
        this.settings = settings;
        this.tls = tls;
        this.session = session;
        this.mail = mail;
    }

    /** Returns when the server has taken the mail. */
    @Override
    public @Nullable Void call() throws DeliveryException {
        SMTPTransport transport = new SMTPTransport(session, login());
        try {
            socket.connect(new InetSocketAddress(address(), settings.port()));
            transport.connect(settings.tls() == MailSettings.Tls.TLS ? secured() : socket);
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (SendFailedException e) {
            throw SmtpFailures.of(e, transport, settings.tls());
        } catch (MessagingException | IOException e) {
            if (socket.isExceeded()) {
                throw new DeliveryException("answered more than " + MOST_KIB + " KiB");
            }
            throw SmtpFailures.of(e, transport, settings.tls());
        } finally {
            close();
        }
        return null;
    }

    /** Returns the address under the configured name: the library would ask for the name of an IP address, and expect that certificate. */
    private InetAddress address() throws IOException {
        InetAddress found = InetAddress.getByName(settings.host());
        return InetAddress.getByAddress(settings.host(), found.getAddress());
    }

    /** Returns the user with the password, for the library alone. */
    private URLName login() {
        return new URLName(
                "smtp",
                settings.host(),
                settings.port(),
                null,
                settings.user(),
                settings.password() == null ? null : settings.password().reveal());
    }

    private Socket secured() throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, settings.host(), settings.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is lost: the server has taken the mail, or has not
        }
    }
}

package org.heratio.offsite.operations.notify;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.heratio.offsite.config.MailSettings;

/** Names what went wrong with a mail by codes and kinds: the words of a server may have anything in them. */
final class SmtpFailures {
    /** The most refused addresses that a reason names. */
    private static final int NAMED = 3;

    private static final int GOOD = 250;
    private static final int LEAST_FAILURE = 400;
    private static final int LEAST_REFUSAL = 500;

    private static final String BROKEN = "the connection failed while the message was sent";

    private SmtpFailures() {}

    static DeliveryException of(Exception failure, SMTPTransport transport, MailSettings.Tls tls) {
        if (failure instanceof AuthenticationFailedException && transport.getLastReturnCode() >= 0) {
            return new DeliveryException("the login was refused" + code(transport));
        }
        if (failure instanceof SMTPSendFailedException sent && isEmpty(sent.getValidSentAddresses())) {
            return ofCommand(sent);
        }
        if (failure instanceof SendFailedException sent) {
            return ofAddresses(sent);
        }
        Throwable cause = cause(failure);
        if (cause instanceof SSLException) {
            return new DeliveryException("no TLS with a certificate that is trusted");
        }
        if (cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException) {
            return new DeliveryException("cannot be connected to");
        }
        if (transport.getLastReturnCode() >= LEAST_FAILURE) {
            return new DeliveryException("answered " + transport.getLastReturnCode());
        }
        if (tls == MailSettings.Tls.STARTTLS
                && cause instanceof MessagingException
                && transport.getLastReturnCode() == GOOD
                && !transport.supportsExtension("STARTTLS")) {
            return new DeliveryException("does not offer STARTTLS, and nothing is sent without");
        }
        return new DeliveryException("the connection failed: "
                + (cause instanceof MessagingException
                        ? "it ended, or is to no mail server"
                        : cause.getClass().getSimpleName()));
    }

    /** Returns the failure of a command about the mail itself. A text that is refused for good would be refused at each attempt. */
    private static DeliveryException ofCommand(SMTPSendFailedException failure) {
        boolean sender = failure.getCommand().startsWith("MAIL");
        int code = failure.getReturnCode();
        if (code < LEAST_FAILURE) {
            return new DeliveryException(BROKEN);
        }
        return new DeliveryException(
                "answered " + code + (sender ? " to the sender's address" : " to the message"),
                !sender && code >= LEAST_REFUSAL);
    }

    private static DeliveryException ofAddresses(SendFailedException failure) {
        String refused = refused(failure);
        if (refused.isEmpty()) {
            return new DeliveryException(BROKEN);
        }
        return isEmpty(failure.getValidSentAddresses())
                ? new DeliveryException("answered " + refused)
                : DeliveryException.partly("sent to some, and answered " + refused);
    }

    /** Returns the answers to the addresses of receivers. Where the connection ended instead, there is none. */
    private static String refused(SendFailedException failure) {
        List<String> refused = new ArrayList<>();
        Exception next = failure;
        while (next instanceof MessagingException one) {
            if (one instanceof SMTPAddressFailedException address && address.getReturnCode() >= LEAST_FAILURE) {
                refused.add(
                        address.getReturnCode() + " to " + address.getAddress().getAddress());
            }
            next = one.getNextException();
        }
        String named = String.join(", ", refused.subList(0, Math.min(NAMED, refused.size())));
        return refused.size() <= NAMED ? named : named + " and " + (refused.size() - NAMED) + " more";
    }

    private static Throwable cause(Exception failure) {
        return failure instanceof MessagingException one && one.getNextException() != null
                ? one.getNextException()
                : failure;
    }

    private static String code(SMTPTransport transport) {
        int code = transport.getLastReturnCode();
        return code >= LEAST_FAILURE ? ": answered " + code : "";
    }

    private static boolean isEmpty(jakarta.mail.Address[] addresses) {
        return addresses == null || addresses.length == 0;
    }
}

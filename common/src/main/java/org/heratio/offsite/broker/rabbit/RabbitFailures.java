package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Tells what RabbitMQ refuses for good from what may pass. */
final class RabbitFailures {
    static final int ACCESS_REFUSED = 403;
    static final int NOT_FOUND = 404;
    static final int PRECONDITION_FAILED = 406;
    private static final int NOT_ALLOWED = 530;

    private RabbitFailures() {}

    private static final String RIGHTS = "give this user the rights to configure, write and read on this virtual host";

    private static final String ITS_CERTIFICATE =
            "look at BACKUP_OFFSITE_AMQP_CA_FILE, and whether the certificate is for this host name";

    private static final String OUR_CERTIFICATE = "the server does not accept our certificate: look at"
            + " BACKUP_OFFSITE_AMQP_CERT_FILE and BACKUP_OFFSITE_AMQP_KEY_FILE, whether they belong together, and whom the"
            + " server trusts";

    private static final String FATAL_ALERT = "Received fatal alert";

    private static final String WORK_QUEUE =
            "it exists with other arguments: stop all offsite processes, delete it (rabbitmqctl"
                    + " delete_queue NAME), and start again; what was in it is published again from the ledger";

    /** Returns the failure of a server that reads no messages, since it is short of memory or of disk space. */
    static FailureException blocked(String reason) {
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE,
                "RabbitMQ takes no messages at present: " + reason,
                "give the server memory or disk space; what waits goes on by itself then");
    }

    /** Something failed on a connection or on the way to one. */
    static FailureException of(String what, Throwable cause) {
        return of(what, WORK_QUEUE, cause);
    }

    /** @param ifOther the hint for a thing that exists with other arguments than it is declared with */
    static FailureException of(String what, String ifOther, Throwable cause) {
        if (cause instanceof FailureException known) {
            return known;
        }
        if (find(cause, AuthenticationFailureException.class) != null) {
            return refused(
                    what,
                    "it does not accept the user and password",
                    "look at user and password in the settings",
                    cause);
        }
        SSLException tls = find(cause, SSLException.class);
        if (tls != null && isRefusal(tls)) {
            return refused(
                    what, "TLS fails: " + tls.getMessage(), isAlert(tls) ? OUR_CERTIFICATE : ITS_CERTIFICATE, cause);
        }
        ShutdownSignalException signal = find(cause, ShutdownSignalException.class);
        int code = code(signal);
        if (signal != null && (code == PRECONDITION_FAILED || code == ACCESS_REFUSED || code == NOT_ALLOWED)) {
            return refused(what, text(signal), hint(code, text(signal), ifOther), cause);
        }
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE,
                "RabbitMQ, " + what + ": " + (signal == null ? message(cause) : text(signal)),
                "look whether the server runs, and whether this is its address",
                cause);
    }

    /** Returns whether there is no such thing. */
    static boolean isAbsent(Throwable cause) {
        return code(find(cause, ShutdownSignalException.class)) == NOT_FOUND;
    }

    /** Returns whether a thing exists with other arguments than it was declared with. */
    static boolean isOther(Throwable cause) {
        return code(find(cause, ShutdownSignalException.class)) == PRECONDITION_FAILED;
    }

    /** Some of the client's exceptions say nothing but their name, such as TimeoutException. */
    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** One of the two sides does not accept the other; a handshake that only breaks off is that of a server that goes or comes. */
    private static boolean isRefusal(SSLException tls) {
        // Java has no type for an alert
        return find(tls, CertificateException.class) != null || isAlert(tls);
    }

    /** It was the server that did not accept what we have. */
    private static boolean isAlert(SSLException tls) {
        return find(tls, CertificateException.class) == null
                && String.valueOf(tls.getMessage()).contains(FATAL_ALERT);
    }

    private static String hint(int code, String text, String ifOther) {
        if (code == PRECONDITION_FAILED) {
            return ifOther;
        }
        // the server has one code for all that it does not allow
        if (code == NOT_ALLOWED && text.contains("vhost") && text.contains("not found")) {
            return "make that virtual host (rabbitmqctl add_vhost), or look at the end of BACKUP_OFFSITE_AMQP_URI:"
                    + " without a path it is /, and a / in its name is written %2F";
        }
        return RIGHTS;
    }

    private static FailureException refused(String what, String why, String hint, Throwable cause) {
        return new FailureException(ErrorCode.BROKER_REFUSED, "RabbitMQ, " + what + ": " + why, hint, cause);
    }

    /** Returns the server's reason for closing a channel or connection, or null if the cause is another. */
    static @Nullable ShutdownSignalException signal(Throwable cause) {
        return find(cause, ShutdownSignalException.class);
    }

    /** The server's number for why it closed a channel or connection; 0 if it did not. */
    static int code(@Nullable ShutdownSignalException signal) {
        if (signal == null) {
            return 0;
        }
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return signal.getReason() instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    static String text(ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyText();
        }
        return signal.getReason() instanceof AMQP.Connection.Close close
                ? close.getReplyText()
                : String.valueOf(signal.getMessage());
    }

    private static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < 10; depth++, each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}

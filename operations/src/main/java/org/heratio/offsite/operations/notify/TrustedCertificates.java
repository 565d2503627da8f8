package org.heratio.offsite.operations.notify;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.heratio.offsite.files.PemFile;

/** Certificates that receivers are trusted by. */
final class TrustedCertificates {
    private TrustedCertificates() {}

    /** Returns what trusts the certificates of a file, and no others. The file may be there at the next attempt. */
    static SSLContext only(Path caFile) throws DeliveryException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, PemFile.trusting(caFile).getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new DeliveryException("BACKUP_OFFSITE_NOTIFY_CA_FILE cannot be used: " + e.getMessage());
        }
    }
}

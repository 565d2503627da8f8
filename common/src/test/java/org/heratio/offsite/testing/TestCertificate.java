package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate made by the JDK's keytool.
 *
 * @param store PKCS 12
 * @param certificate PEM
 * @param key PEM, PKCS 8
 */
public record TestCertificate(Path store, Path certificate, Path key) {
    private static final String STORE_PASSWORD = "only-for-this-test";

    /** Signed by itself, for one host name; may sign others. */
    public static TestCertificate selfSigned(Path directory, String host) throws IOException {
        Path store = directory.resolve(host + ".p12");
        keytool(
                store,
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-ext",
                "bc:c");
        return exported(store);
    }

    /** A client's, signed by this one. */
    public TestCertificate signs(Path directory, String name) throws IOException {
        Path theirs = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        Path signed = directory.resolve(name + ".signed");
        keytool(theirs, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + name);
        keytool(theirs, "-certreq", "-file", request.toString());
        keytool(store, "-gencert", "-rfc", "-infile", request.toString(), "-outfile", signed.toString());
        keytool(theirs, "-importcert", "-noprompt", "-file", certificate.toString(), "-alias", "authority");
        keytool(theirs, "-importcert", "-noprompt", "-file", signed.toString());
        return exported(theirs);
    }

    /** Returns what a server shows this certificate with. */
    public SSLContext serving() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(loaded(store), STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static KeyStore loaded(Path store) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, STORE_PASSWORD.toCharArray());
            return keys;
        }
    }

    private static void keytool(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        if (!command.contains("-alias")) {
            command.addAll(List.of("-alias", "own"));
        }
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD, "-keystore", store.toString()));
        Path output = Files.createTempFile(store.getParent(), "keytool", ".out");
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!keytool.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException("keytool failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestCertificate exported(Path store) throws IOException {
        try {
            KeyStore keys = loaded(store);
            byte[] key = keys.getKey("own", STORE_PASSWORD.toCharArray()).getEncoded();
            return new TestCertificate(
                    store,
                    pem(
                            Path.of(store + ".crt"),
                            "CERTIFICATE",
                            keys.getCertificate("own").getEncoded()),
                    pem(Path.of(store + ".key"), "PRIVATE KEY", key));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }
}

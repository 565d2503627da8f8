package org.heratio.offsite.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * A certificate and its key. Both are made in this JVM: each start of the JDK's keytool takes two seconds of CPU time.
 *
 * @param certificate PEM
 * @param key PEM, PKCS 8
 * @param content what the first file has
 * @param secret what the second file has
 */
public record TestCertificate(Path certificate, Path key, X509Certificate content, PrivateKey secret) {
    private static final Duration VALIDITY = Duration.ofDays(90);
    private static final AlgorithmIdentifier RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);

    /** Signed by itself, for one host name or IPv4 address; may sign others. */
    public static TestCertificate selfSigned(Path directory, String host) throws IOException {
        int kind = host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, host)));
        extensions.addExtension(Extension.basicConstraints, false, new BasicConstraints(true));
        X500Name name = new X500Name("CN=" + host);
        KeyPair pair = newPair();
        return issued(directory.resolve(host), pair, name, extensions, name, pair.getPrivate());
    }

    /** A client's, signed by this one. */
    public TestCertificate signs(Path directory, String name) throws IOException {
        X500Name issuer = X500Name.getInstance(content.getSubjectX500Principal().getEncoded());
        ExtensionsGenerator none = new ExtensionsGenerator();
        return issued(directory.resolve(name), newPair(), new X500Name("CN=" + name), none, issuer, secret);
    }

    /** Returns what a server shows this certificate with. */
    public SSLContext serving() throws IOException, GeneralSecurityException {
        char[] password = {};
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", secret, password, new Certificate[] {content});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static KeyPair newPair() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** @param base where the files go, without their suffixes */
    private static TestCertificate issued(
            Path base, KeyPair pair, X500Name subject, ExtensionsGenerator extensions, X500Name issuer, PrivateKey by)
            throws IOException {
        Instant now = Instant.now();
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(64, new SecureRandom()).add(BigInteger.ONE)));
        generator.setSignature(RSA);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(now)));
        generator.setEndDate(new Time(Date.from(now.plus(VALIDITY))));
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        if (!extensions.isEmpty()) {
            generator.setExtensions(extensions.generate());
        }
        try {
            X509Certificate content = signed(generator.generateTBSCertificate(), by);
            return new TestCertificate(
                    pem(Path.of(base + ".crt"), "CERTIFICATE", content.getEncoded()),
                    pem(Path.of(base + ".key"), "PRIVATE KEY", pair.getPrivate().getEncoded()),
                    content,
                    pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static X509Certificate signed(TBSCertificate unsigned, PrivateKey by)
            throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(by);
        signature.update(unsigned.getEncoded(ASN1Encoding.DER));
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(unsigned);
        parts.add(RSA);
        parts.add(new DERBitString(signature.sign()));
        byte[] der = new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }
}

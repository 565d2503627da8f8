import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.openpgp.PayloadCipher;

/**
 * Measures the ciphers and the hash in turns, in one JVM, by the processor time of the thread. Run from the root of the project:
 *
 * <pre>java -cp app/target/offsite.jar bench/Ciphers.java [megabytes] [rounds]</pre>
 */
public final class Ciphers {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int WARM_UP_ROUNDS = 2;

    private final byte[] block = new byte[BLOCK_BYTES];
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final int megabytes;

    private Ciphers(int megabytes) {
        this.megabytes = megabytes;
        new Random(1).nextBytes(block);
    }

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Ciphers bench = new Ciphers(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            bench.round(round >= 0);
        }
        bench.print();
    }

    private interface Work {
        void run() throws IOException, GeneralSecurityException;
    }

    private void round(boolean counts) throws IOException, GeneralSecurityException {
        for (CipherMode mode : CipherMode.values()) {
            PayloadCipher cipher = new BcpgPayloadCipher(mode, 0);
            measure("encrypt " + mode, counts, () -> encrypt(cipher, OutputStream.nullOutputStream()));
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            encrypt(cipher, message);
            measure("decrypt " + mode, counts, () -> decrypt(cipher, message.toByteArray()));
        }
        measure("SHA-256", counts, this::hash);
    }

    private void measure(String name, boolean counts, Work work) throws IOException, GeneralSecurityException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
        if (counts) {
            rates.computeIfAbsent(name, any -> new ArrayList<>()).add(megabytes * (1 << 20) / 1e6 / seconds);
        }
    }

    private void encrypt(PayloadCipher cipher, OutputStream sink) throws IOException {
        try (OutputStream out = cipher.encrypt(sink, new char[] {'x'})) {
            for (int i = 0; i < blocks(); i++) {
                out.write(block);
            }
        }
    }

    private static void decrypt(PayloadCipher cipher, byte[] message) throws IOException {
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(message), new char[] {'x'})) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private void hash() throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < blocks(); i++) {
            digest.update(block);
        }
        digest.digest();
    }

    private int blocks() {
        return megabytes * ((1 << 20) / BLOCK_BYTES);
    }

    private void print() {
        System.out.println("MB per CPU second      median   lowest  highest");
        rates.forEach((name, all) -> {
            List<Double> sorted = all.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %8.0f %8.0f %8.0f%n",
                    name,
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        });
    }
}

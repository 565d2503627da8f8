package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that start seconds after their port was chosen, and that are killed and come back to it. One that the kernel picks
 * may meanwhile become the near end of any connection of this host; those taken here lie below the kernel's, and are marked as taken for
 * the other JVMs of a run, by a socket for UDP, as long as this one lives.
 */
public final class FreePort {
    private static final Path KERNELS_OWN = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int LOWEST = 15_000;
    private static final int ATTEMPTS = 1_000;
    private static final List<DatagramSocket> MARKS = new ArrayList<>();

    private FreePort() {}

    public static synchronized int take() {
        try {
            int end = lowestOfTheKernel();
            for (int attempt = 0; end > LOWEST && attempt < ATTEMPTS; attempt++) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
                if (mark(port)) {
                    return port;
                }
            }
            // not Linux, or all its ports are the kernel's
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return any.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 0 where it is not known. */
    static int lowestOfTheKernel() throws IOException {
        if (!Files.exists(KERNELS_OWN)) {
            return 0;
        }
        // by lines: such a file gives all it has to the first read, which with readString is one for a single byte
        try (Scanner numbers = new Scanner(Files.readAllLines(KERNELS_OWN).get(0))) {
            return numbers.nextInt();
        }
    }

    private static boolean mark(int port) throws IOException {
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        DatagramSocket mark;
        try {
            mark = new DatagramSocket(port, here);
        } catch (SocketException e) {
            return false;
        }
        try {
            new ServerSocket(port, 1, here).close();
        } catch (BindException e) {
            mark.close();
            return false;
        }
        MARKS.add(mark);
        return true;
    }
}

package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, which can be filled and emptied. Mounting needs root: without it the test is skipped, in CI it fails. */
public final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = ".ballast";

    private final Path mountPoint;
    private boolean mounted;

    /** @param mountPoint is made */
    public SmallDisk(Path mountPoint, long bytes) throws IOException, InterruptedException {
        this.mountPoint = Files.createDirectories(mountPoint);
        String said = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", mountPoint.toString());
        mounted = said.isEmpty();
        if (!mounted && "1".equals(System.getenv("OFFSITE_REQUIRE_SERVERS"))) {
            throw new AssertionError("a small disk cannot be mounted: " + said);
        }
        Assumptions.assumeTrue(mounted, "a small disk cannot be mounted: " + said);
    }

    public Path path() {
        return mountPoint;
    }

    /** Leaves so many bytes free. */
    public void fill(long free) throws IOException {
        long bytes = mountPoint.toFile().getUsableSpace() - free;
        Files.write(mountPoint.resolve(BALLAST), new byte[Math.toIntExact(Math.max(0, bytes))]);
    }

    /** Leaves nothing free, although others write there too. */
    public void fillUp() throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(mountPoint.resolve(BALLAST))) {
            for (long left = mountPoint.toFile().getTotalSpace(); left >= 0; left -= page.length) {
                out.write(page);
            }
        } catch (IOException e) {
            if (mountPoint.toFile().getUsableSpace() >= page.length) {
                throw e;
            }
        }
    }

    /** From now on nobody may write there, not even root. */
    public void readOnly() throws IOException, InterruptedException {
        remount("ro");
    }

    /** Ends {@link #readOnly}. */
    public void writable() throws IOException, InterruptedException {
        remount("rw");
    }

    private void remount(String option) throws IOException, InterruptedException {
        String said = run("mount", "-o", "remount," + option, mountPoint.toString());
        if (!said.isEmpty()) {
            throw new IOException(mountPoint + " is not remounted " + option + ": " + said);
        }
    }

    /** Makes room again. */
    public void makeRoom() throws IOException {
        Files.deleteIfExists(mountPoint.resolve(BALLAST));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "it takes too long";
        }
        return process.exitValue() == 0 ? "" : "exit " + process.exitValue() + " " + said.strip();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (mounted) {
            mounted = false;
            String said = run("umount", "--lazy", mountPoint.toString());
            if (!said.isEmpty()) {
                throw new IOException(mountPoint + " stays mounted: " + said);
            }
        }
    }
}

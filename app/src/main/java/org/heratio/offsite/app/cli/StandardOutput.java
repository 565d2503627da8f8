package org.heratio.offsite.app.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.heratio.offsite.app.run.ExitCode;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers that something could not be written: what prints to it hears nothing of that. */
final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private volatile @Nullable IOException failure;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
            throw e;
        }
    }

    /**
     * Returns the exit code of a command that has printed all that it had to say, and says why that is not a success. Whoever closed a
     * pipe wants to hear no more, and has what was wanted.
     */
    int checked(int code) {
        IOException failed = failure;
        if (failed == null || isPipe()) {
            return code;
        }
        Messages.line("offsite: standard output: " + failed.getMessage());
        Messages.hint("the command has finished, but its output is incomplete; redirect it elsewhere");
        return code == ExitCode.OK ? ExitCode.FAILED : code;
    }

    private static boolean isPipe() {
        try {
            Path out = Path.of("/proc/self/fd/1");
            return Files.readAttributes(out, BasicFileAttributes.class).isOther()
                    && !Files.readSymbolicLink(out).startsWith("/dev");
        } catch (IOException e) {
            return false;
        }
    }
}

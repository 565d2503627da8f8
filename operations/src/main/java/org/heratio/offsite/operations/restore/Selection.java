package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.io.OutputStream;

/** Chooses what of an archive is written when it is restored. */
public interface Selection {
    /** Takes the bytes of an archive, and writes what is chosen of them. */
    abstract class Content extends OutputStream {
        @Override
        public final void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public abstract void write(byte[] bytes, int offset, int length) throws IOException;

        /** Ends what is written, when the archive is over. Fails unless all of it was there. */
        abstract void finish() throws IOException;
    }

    /**
     * Begins. Called once for each copy that is tried.
     *
     * @param archive file name, for its format and for messages
     * @param target takes what is chosen
     */
    Content into(String archive, OutputStream target);

    /** Returns whether all bytes are chosen, so that what is written is the archive. */
    default boolean whole() {
        return false;
    }

    /** Chooses the archive itself. */
    static Selection all() {
        return new Selection() {
            @Override
            public Content into(String archive, OutputStream target) {
                return new Content() {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        target.write(bytes, offset, length);
                    }

                    @Override
                    void finish() {}
                };
            }

            @Override
            public boolean whole() {
                return true;
            }
        };
    }
}

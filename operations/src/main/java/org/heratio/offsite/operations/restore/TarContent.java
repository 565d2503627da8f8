package org.heratio.offsite.operations.restore;

import java.io.IOException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.member.MemberSink;
import org.heratio.offsite.member.TarParser;

/** One pass over a tarball, which may be compressed by gzip. */
abstract class TarContent extends Selection.Content implements MemberSink {
    private final String archive;
    private final TarParser parser = new TarParser(this);
    private final Unpacking unpacking;

    TarContent(String archive) {
        this.archive = archive;
        this.unpacking = new Unpacking(archive, parser::update);
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        unpacking.update(bytes, offset, length);
    }

    /** All members have passed. */
    abstract void ended(boolean marked, long goesOnAt) throws IOException;

    @Override
    final void finish() throws IOException {
        unpacking.finish();
        String wrong = parser.finish();
        if (wrong != null) {
            throw new FailureIOException(
                    ErrorCode.ARCHIVE_INCOMPLETE,
                    archive + " is not a whole tarball: " + wrong,
                    "restore the whole archive, without --extract, and see what 'tar' gets out of it",
                    null);
        }
        ended(parser.hasEnd(), parser.goesOnAt());
    }

    @Override
    public final void close() {
        unpacking.close();
    }
}

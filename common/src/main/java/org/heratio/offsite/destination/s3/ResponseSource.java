package org.heratio.offsite.destination.s3;

import java.io.IOException;
import org.heratio.offsite.destination.CopyStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The bytes of an object as they arrive. */
record ResponseSource(ResponseInputStream<GetObjectResponse> response) implements CopyStream.Source {

    /**
     * Returns the stream of an answer.
     *
     * @param part where the answer begins, and how much is expected of the whole object
     * @param what what is read
     */
    static CopyStream stream(
            ResponseInputStream<GetObjectResponse> response, CopyStream.Part part, S3Failures failures, String what) {
        Long length = response.response().contentLength();
        boolean told = length != null && length >= 0 && length < CopyStream.UNKNOWN - part.offset();
        return new CopyStream(
                new ResponseSource(response),
                what,
                told ? part.offset() + length : CopyStream.UNKNOWN,
                part,
                e -> failures.of(what, e));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return response.read(buffer, offset, length);
    }

    /** Aborts an answer that is not read to its end: closing it would read the rest. */
    @Override
    public void close(boolean finished) {
        if (!finished) {
            response.abort();
            return;
        }
        try {
            response.close();
        } catch (IOException | RuntimeException ignored) {
            // everything was read
        }
    }
}

package org.heratio.offsite.member;

import java.io.IOException;

/** Takes the members of an archive, in their order. For one thread. */
public interface MemberSink {
    /** Begins a member. Its content follows, and then its end. */
    void begin(Member member) throws IOException;

    /** Takes the next bytes of its content. The array is used again afterwards. */
    void content(byte[] bytes, int offset, int length) throws IOException;

    /** Ends the member, with all its bytes. */
    void end() throws IOException;
}

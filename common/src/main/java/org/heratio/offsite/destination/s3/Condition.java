package org.heratio.offsite.destination.s3;

import java.util.function.Consumer;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * A condition that the store checks at the moment in which an object gets its key.
 *
 * @param ifNoneMatch {@code *}: nothing may be there
 * @param ifMatch this object has to be there still
 */
record Condition(@Nullable String ifNoneMatch, @Nullable String ifMatch) {
    static final Condition NONE = new Condition(null, null);
    static final Condition NOTHING_THERE = new Condition("*", null);

    static Condition stillThere(String eTag) {
        return new Condition(null, eTag);
    }

    /** The headers of a request; a builder takes null for a header that is left out. */
    void addTo(Consumer<@Nullable String> ifNoneMatchHeader, Consumer<@Nullable String> ifMatchHeader) {
        ifNoneMatchHeader.accept(ifNoneMatch);
        ifMatchHeader.accept(ifMatch);
    }

    boolean isNone() {
        return equals(NONE);
    }

    /** Returns whether a request failed because this condition did not hold, or because another request was under way. */
    boolean failed(FailureException e) {
        String code = S3Failures.storeCode(e);
        return switch (S3Failures.status(e)) {
            case 412 -> true;
            case 409 -> code.equals("ConditionalRequestConflict");
            // the object that had to be there is deleted
            case 404 -> ifMatch != null && code.equals("NoSuchKey");
            default -> false;
        };
    }
}

package org.heratio.offsite.dashboard.http;

import org.jspecify.annotations.Nullable;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail());
        this.problem = problem;
    }

    /** A request that cannot be meant as it is. */
    public static ProblemException badRequest(String detail, @Nullable String hint) {
        return new ProblemException(new Problem(400, "BAD_REQUEST", "The request is wrong", detail, hint));
    }

    /** Something that is not there. */
    public static ProblemException notFound(String detail) {
        return new ProblemException(new Problem(404, "NOT_FOUND", "Not found", detail, null));
    }

    public Problem problem() {
        return problem;
    }
}

package org.heratio.offsite.destination.s3;

/** The same rules for uploads in parts: everything goes in one, of a single part. */
class S3PartsOwnershipIT extends S3OwnershipIT {
    @Override
    protected S3Config config(S3Config config) {
        return config.with(new S3Config.Limits(3, 10_000, 5 << 20, 0, 200));
    }

    /** Each is six requests of each side. */
    @Override
    protected int races() {
        return 25;
    }
}

package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.migration.Context;

/**
 * Has a version know when its file changed last, and which version has its bytes (ADR 78). Two versions of a path may have one size and one
 * modification time from here on.
 */
final class SameBytesMigration extends RepeatableStep {
    private static final String TABLE = "offsite_version";
    private static final String OLD_IDENTITY = "offsite_version_file";

    private final Dialect dialect;

    SameBytesMigration(Dialect dialect) {
        super("13", "same bytes");
        this.dialect = dialect;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        // 0: not known; as in rows of earlier builds, until a scan looks at the file
        addColumn(connection, TABLE, "ctime_nanos", "bigint DEFAULT 0 NOT NULL");
        addColumn(connection, TABLE, "same_as", "bigint");
        addUniqueIndex(
                connection, "offsite_version_identity", TABLE, "path_hash, size_bytes, mtime_nanos, ctime_nanos");
        addIndex(connection, "offsite_version_bytes", TABLE, "size_bytes, sha256");
        addIndex(connection, "offsite_version_same", TABLE, "same_as");
        switch (dialect) {
            case H2, POSTGRESQL ->
                execute(connection, "ALTER TABLE " + TABLE + " DROP CONSTRAINT IF EXISTS " + OLD_IDENTITY);
            case MYSQL -> {
                if (hasIndex(connection, OLD_IDENTITY, TABLE)) {
                    execute(connection, "ALTER TABLE " + TABLE + " DROP INDEX " + OLD_IDENTITY);
                }
            }
        }
    }
}

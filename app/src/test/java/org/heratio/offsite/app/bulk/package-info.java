/**
 * Archives as they really come: slowly, by the thousand, damaged, rewritten and with strange names, through the real jar.
 * Kills and full disks belong to {@code e2e}; what can be shown within one module must not come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.bulk;

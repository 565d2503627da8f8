/**
 * Tests of files in directories that others may write, and what such tests share.
 * What the files are about must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.files;

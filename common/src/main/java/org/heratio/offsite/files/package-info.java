/**
 * Files on this host, handled so that neither a power cut nor another user can change what was written. What the files are about must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.files;

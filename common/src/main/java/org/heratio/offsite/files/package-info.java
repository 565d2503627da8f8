/**
 * Files on this host, as one has to handle them so that a power cut takes nothing back. What the files are about must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.files;

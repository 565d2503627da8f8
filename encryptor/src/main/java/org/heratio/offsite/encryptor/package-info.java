/**
 * The stage that makes payloads of archives: checked, hashed and encrypted in one pass, and made anew when a copy needs repair.
 * It knows destinations only to fetch a proved copy from; putting one there is the uploader's.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.encryptor;

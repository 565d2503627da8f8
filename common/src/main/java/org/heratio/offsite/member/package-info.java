/**
 * The members of archives: a tarball, divided as its bytes pass. Nothing here may write a file, or trust a name.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.member;

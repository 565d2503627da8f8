/**
 * Who asks: tokens, cookies, and users whom a proxy names. Passwords and sessions are kept nowhere.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.login;

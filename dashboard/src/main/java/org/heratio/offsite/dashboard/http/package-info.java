/**
 * Requests and answers: files of the page, problems, headers, and who may ask. No package here knows what is asked for.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.http;

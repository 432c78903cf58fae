/**
 * Data sets and their splits into forget, retain and test. Read {@link lethe.data.Dataset} and
 * {@link lethe.data.Split} first; every source of data is one {@link lethe.data.DataSource} in one file. The nouns here
 * (example, label, subject, split) say nothing about pixels or words. How models learn from batches belongs to
 * {@code training}.
 */
@NullMarked
package lethe.data;

import org.jspecify.annotations.NullMarked;

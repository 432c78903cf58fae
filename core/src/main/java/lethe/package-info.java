/** Lethe makes a trained model forget chosen examples, and proves how well it forgot. */
@org.jspecify.annotations.NullMarked
package lethe;

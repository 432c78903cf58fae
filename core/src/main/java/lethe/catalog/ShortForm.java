package lethe.catalog;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a constructor of one argument that is called where a value is all that is written beside a name. If that of
 * {@code @Named("closure")} is marked {@code @ShortForm("similarity")}, then {@code {closure: 0.9}} and
 * {@code {name: closure, similarity: 0.9}} call it, and settings that are written besides lie over what it makes.
 */
@Documented
@Target(ElementType.CONSTRUCTOR)
@Retention(RetentionPolicy.RUNTIME)
public @interface ShortForm {
    /** What the argument is called in plans; no component of the record has this name. */
    String value();

    /** Settings that the argument decides, and that cannot be written beside it. */
    String[] decides() default {};
}

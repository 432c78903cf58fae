package lethe.catalog;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name by which plans, the command line and reports refer to an implementation, in lower-case kebab case. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Named {
    /** The name, such as {@code "gradient-ascent"}; unique among the implementations of one interface. */
    String value();
}

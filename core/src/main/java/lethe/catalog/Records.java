package lethe.catalog;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reflection on records whose components are settings. */
final class Records {
    /** The key under which a named implementation's own name is written. */
    static final String NAME = "name";

    private Records() {}

    static List<String> componentNames(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    /** The catalogue name, which is written beside the settings. */
    static Optional<String> nameOf(Class<?> type) {
        return Optional.ofNullable(type.getAnnotation(Named.class)).map(Named::value);
    }

    /** The instance made by the no-argument constructor, if there is one. */
    static <T> Optional<T> defaults(Class<T> type) {
        Constructor<T> constructor;
        try {
            constructor = type.getDeclaredConstructor();
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(construct(constructor));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("The defaults of " + type.getName() + " are refused by itself", e);
        }
    }

    /**
     * A setting that is no component, but from which a constructor makes all of them.
     *
     * @param constructor marked with {@link ShortForm}
     */
    record Shorthand(Constructor<?> constructor, ShortForm form) {
        String name() {
            return form.value();
        }

        Type type() {
            return constructor.getGenericParameterTypes()[0];
        }

        Object create(Object value) {
            return construct(constructor, value);
        }
    }

    /** The setting from which all others can be made, if there is one. */
    static Optional<Shorthand> shorthand(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .filter(it -> it.isAnnotationPresent(ShortForm.class))
                .findFirst()
                .map(it -> new Shorthand(it, it.getAnnotation(ShortForm.class)));
    }

    /** The setting that a value beside a name stands for: that of the short form, or the only one. */
    static Optional<String> mainSetting(Class<?> type) {
        List<String> names = componentNames(type);
        return shorthand(type)
                .map(Shorthand::name)
                .or(() -> names.stream().filter(it -> names.size() == 1).findFirst());
    }

    /** Calls the canonical constructor. */
    static <T> T create(Class<T> type, Object[] values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return construct(type.getDeclaredConstructor(types), values);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls a constructor; its own runtime exceptions pass through unwrapped. */
    private static <T> T construct(Constructor<T> constructor, Object... values) {
        try {
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw unwrapped(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot create " + constructor.getDeclaringClass(), e);
        }
    }

    static Object get(RecordComponent component, Object instance) {
        Object value;
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            value = accessor.invoke(instance);
        } catch (InvocationTargetException e) {
            throw unwrapped(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot read " + component, e);
        }
        if (value == null) {
            throw new IllegalStateException(instance.getClass().getName() + "." + component.getName()
                    + " is null; a setting that is off needs a value that says so");
        }
        return value;
    }

    private static RuntimeException unwrapped(InvocationTargetException e) {
        @Nullable Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    /** An enum constant as it is written: {@code ONE_CYCLE} is {@code one-cycle}. */
    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

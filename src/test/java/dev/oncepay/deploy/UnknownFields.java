package dev.oncepay.deploy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The typed models keep a field that they do not know as an additional property: here it is a fault. */
final class UnknownFields {
    private static final String MODELS = "io.fabric8.";

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    static List<String> of(Object resource) {
        UnknownFields fields = new UnknownFields();
        fields.walk("", resource);
        return fields.found;
    }

    private void walk(String path, Object value) {
        if (value instanceof Iterable<?> items) {
            int i = 0;
            for (Object item : items) {
                walk(path + "[" + i++ + "]", item);
            }
        } else if (value instanceof Map<?, ?> entries) {
            entries.forEach((name, entry) -> walk(path + "." + name, entry));
        } else if (value != null && value.getClass().getName().startsWith(MODELS)) {
            getters(path, value);
        }
    }

    private void getters(String path, Object model) {
        Arrays.stream(model.getClass().getMethods())
                .filter(method -> method.getName().startsWith("get")
                        && method.getParameterCount() == 0
                        && method.getDeclaringClass() != Object.class)
                .forEach(method -> {
                    Object value = call(method, model);
                    if (!method.getName().equals("getAdditionalProperties")) {
                        walk(path + "." + member(method.getName()), value);
                    } else if (value instanceof Map<?, ?> unknown) {
                        unknown.keySet().forEach(name -> found.add("unknown field " + path + "." + name));
                    }
                });
    }

    private static String member(String getter) {
        return Character.toLowerCase(getter.charAt(3)) + getter.substring(4);
    }

    private static Object call(Method getter, Object model) {
        try {
            return getter.invoke(model);
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new IllegalStateException(getter.toString(), failure);
        }
    }
}

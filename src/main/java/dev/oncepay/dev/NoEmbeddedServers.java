package dev.oncepay.dev;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.smallrye.config.ConfigSourceContext;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Takes the place of {@link EmbeddedServersFactory#getConfigSources} in a native image: the embedded servers' libraries
 * are not packaged, and an image that could reach them could not be linked.
 */
@TargetClass(EmbeddedServersFactory.class)
final class NoEmbeddedServers {
    @Substitute
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return List.of();
    }
}

package dev.oncepay.examples;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

// begin own-endpoint
@Entity
@Table(name = "notes")
public class Note extends PanacheEntityBase {
    @Id
    public String id;

    public String merchant;
    public String orderId;
    public String text;
}
// end own-endpoint

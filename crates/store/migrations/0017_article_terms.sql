-- What of an article holds for some buyers only. scope: 'b:' and a buyer's name, or 'g:' and a price group's: the prices there
-- are in place of those for all; 'n:' and a buyer's name: the number by which he knows the article.
alter table article_prices rename to article_terms;
alter table article_terms rename column prices to document;
